package dev.millrace.sandbox;

import java.util.List;
import java.util.Random;

/** Names of people who do not exist. */
final class AddressNames {

  private static final List<String> GIVEN =
      List.of(
          "Ada", "Amara", "Anders", "Beatriz", "Bela", "Carmen", "Chidi", "Dana", "Dmitri", "Elif",
          "Emeka", "Farah", "Gustav", "Hana", "Ines", "Ivo", "Jamal", "Kenji", "Lars", "Leila",
          "Mateo", "Mei", "Nadia", "Niamh", "Oskar", "Paula", "Quentin", "Rosa", "Søren", "Tariq",
          "Uma", "Vera", "Wanda", "Xenia", "Yusuf", "Zoë");
  private static final List<String> FAMILY =
      List.of(
          "Abara",
          "Bauer",
          "Castillo",
          "Dubois",
          "Eriksen",
          "Fontana",
          "Grant",
          "Horvat",
          "Ito",
          "Jansen",
          "Kowalski",
          "Larsen",
          "Marino",
          "Novak",
          "Okafor",
          "Petrov",
          "Quinn",
          "Rossi",
          "Silva",
          "Tanaka",
          "Usman",
          "Vargas",
          "Weber",
          "Xu",
          "Yilmaz",
          "Zimmer",
          "Müller",
          "O'Brien",
          "Nguyễn",
          "Ødegaard");

  private AddressNames() {}

  static String given(Random random) {
    return GIVEN.get(random.nextInt(GIVEN.size()));
  }

  static String family(Random random) {
    return FAMILY.get(random.nextInt(FAMILY.size()));
  }

  static String full(Random random) {
    return given(random) + " " + family(random);
  }
}
