package dev.millrace.sandbox;

import dev.millrace.sandbox.google.Opaque;
import dev.millrace.sandbox.google.Scopes;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/** The people of the sandbox, spread over the zones that break naive date arithmetic. */
final class SandboxUsers {

  private SandboxUsers() {}

  static List<SandboxUser> from(long seed) {
    return List.of(
        user(seed, "maya.torres", "Maya Torres", "America/New_York", "+12125550101"),
        user(seed, "jonas.keller", "Jonas Keller", "Europe/Berlin", "+447700900102"),
        user(seed, "aiko.mori", "Aiko Mori", "Asia/Tokyo", "+447700900103"),
        user(seed, "priya.nair", "Priya Nair", "Asia/Kolkata", "+447700900104"),
        user(seed, "callum.reid", "Callum Reid", "Australia/Lord_Howe", "+447700900105"),
        user(seed, "nour.hassan", "Nour Hassan", "Africa/Cairo", "+447700900106"),
        user(seed, "bruno.lima", "Bruno Lima", "America/Sao_Paulo", "+447700900107"),
        user(seed, "teuea.toatu", "Teuea Toatu", "Pacific/Kiritimati", "+447700900108"),
        user(seed, "siobhan.walsh", "Siobhán Walsh", "Europe/London", "+447700900109"),
        user(seed, "diego.ramos", "Diego Ramos", "America/Los_Angeles", "+12135550110"));
  }

  private static SandboxUser user(long seed, String local, String name, String zone, String phone) {
    String email = local + "@millrace.example";
    return new SandboxUser(
        email,
        name,
        ZoneId.of(zone),
        phone,
        refreshToken(seed, email, "calendar"),
        Set.of(Scopes.CALENDAR_READONLY),
        refreshToken(seed, email, "contacts"),
        Set.of(Scopes.CONTACTS_READONLY));
  }

  private static String refreshToken(long seed, String email, String integration) {
    String from = "refresh|" + seed + "|" + email + "|" + integration;
    return "1//0" + Opaque.derived(from) + Opaque.derived(from + "|2").substring(0, 20);
  }
}
