/** The local copy of users' calendars: which events there are, and which of them block time. */
package dev.millrace.calendar;
