/** Settings whose names their users choose. */
package dev.millrace.binding;
