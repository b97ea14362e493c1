/** Who may call what over HTTP: nobody anything, except what is opened by name or by the token. */
package dev.millrace.security;
