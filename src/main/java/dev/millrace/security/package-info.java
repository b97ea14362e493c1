/** Who may call what over HTTP: nobody anything, except what is opened by name. */
package dev.millrace.security;
