/** What users decide about how, when and where they are reached. */
package dev.millrace.preference;
