/** The local copy of users' Google contacts: read, never written back. */
package dev.millrace.contacts;
