/**
 * What users granted at Google: the tokens and how they are kept alive, the one client through
 * which Google is read, and the rules that say when a copy is synced next.
 */
package dev.millrace.account;
