package dev.millrace.sandbox.people;

import java.util.List;

/**
 * What a person would type into the address book. Empty texts and lists are left out of the answer,
 * as People leaves them out.
 *
 * @param groups resource names, e.g. {@code contactGroups/1a2b}
 */
public record ContactDraft(
    String givenName,
    String familyName,
    List<String> emails,
    List<String> phones,
    String organization,
    String city,
    List<String> groups) {

  public ContactDraft {
    emails = List.copyOf(emails);
    phones = List.copyOf(phones);
    groups = List.copyOf(groups);
  }

  public static ContactDraft named(String givenName, String familyName) {
    return new ContactDraft(givenName, familyName, List.of(), List.of(), "", "", List.of());
  }

  public ContactDraft emails(String... addresses) {
    return new ContactDraft(
        givenName, familyName, List.of(addresses), phones, organization, city, groups);
  }

  public ContactDraft phones(String... numbers) {
    return new ContactDraft(
        givenName, familyName, emails, List.of(numbers), organization, city, groups);
  }

  public ContactDraft organization(String name) {
    return new ContactDraft(givenName, familyName, emails, phones, name, city, groups);
  }

  public ContactDraft city(String name) {
    return new ContactDraft(givenName, familyName, emails, phones, organization, name, groups);
  }

  public ContactDraft groups(String... resourceNames) {
    return new ContactDraft(
        givenName, familyName, emails, phones, organization, city, List.of(resourceNames));
  }

  String displayName() {
    return (givenName + " " + familyName).trim();
  }
}
