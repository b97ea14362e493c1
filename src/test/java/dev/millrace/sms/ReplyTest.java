package dev.millrace.sms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {

  @ParameterizedTest
  @CsvSource({
    "1,1,ACCEPT",
    "' 1 ',1,ACCEPT",
    "1.,1,ACCEPT",
    "1),1,ACCEPT",
    "#2,2,ACCEPT",
    "(3),3,ACCEPT",
    "10,10,ACCEPT",
    "\uFF11,1,ACCEPT",
    "1 NO,1,NO",
    "1 no.,1,NO",
    "1) no,1,NO",
    "1no,1,NO",
    "'1, No!',1,NO",
    "1-no,1,NO",
    "1 nope,1,NO",
    "1 N,1,NO",
    "2 LATER,2,LATER",
    "2 later...,2,LATER",
    "later 2,2,LATER",
    "1 YES,1,YES",
    "1 y,1,YES",
    "1 ok,1,YES",
    "yes 1,1,YES",
    "'1\nNO',1,NO",
    "1\u200B,1,ACCEPT",
    "1\uFE0F\u20E3,1,ACCEPT",
    "\u201C1\u201D,1,ACCEPT",
    "1 \u2013 no,1,NO",
    "1 \uD83D\uDC4D,1,YES",
    "1\uD83D\uDC4D\uD83C\uDFFD,1,YES",
    "\u2705 2,2,YES",
    "1 \uD83D\uDC4E,1,NO",
    "1\uD83D\uDC4E\uD83C\uDFFF!,1,NO",
    "1 \u274C,1,NO",
  })
  void shouldUnderstandHoweverItIsWritten(String text, int position, Reply.Word word) {
    assertThat(Reply.of(text)).contains(new Reply(position, word));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "no",
        "no 1",
        "No. 1",
        "1 2",
        "1 and 2",
        "1 maybe",
        "one",
        "1 no thanks",
        "1000",
        "call +12025550123",
        "1 NO 2",
        "1?",
        "1 ?",
        "1%",
        "$1",
        "1$",
        "+1",
        "1=",
        "1/2",
        "1*",
        "1 @",
        "<1>",
        "1 \u2764\uFE0F",
        "1 \uD83D\uDE21",
        "1 \uD83D\uDC4D\uD83D\uDC4E",
        "\uD83D\uDC4E 1",
        "1 \uD83D\uDC4E later",
        "\u0661"
      })
  void shouldNotGuess(String text) {
    assertThat(Reply.of(text)).isEmpty();
  }
}
