/** Whom to meet and when: free time, due contacts, and offers that keep fitting the calendar. */
package dev.millrace.suggestion;
