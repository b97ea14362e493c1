/**
 * Settings that several parts share, and how a setting is refused: by name, with the remedy, in one
 * shape for the whole application.
 */
package dev.millrace.setting;
