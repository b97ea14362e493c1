/** What users are told: notices, the outbox, digests, and delivery by e-mail and text message. */
package dev.millrace.notification;
