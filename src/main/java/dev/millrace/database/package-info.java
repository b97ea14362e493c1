/** Where PostgreSQL is, and a server of our own where none is named. */
package dev.millrace.database;
