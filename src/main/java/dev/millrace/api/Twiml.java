package dev.millrace.api;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** What Twilio is told to do after a text message; by the JDK's writer, which escapes. */
final class Twiml {

  static final String TYPE = "text/xml;charset=UTF-8";

  private static final XMLOutputFactory XML = XMLOutputFactory.newDefaultFactory();

  /** What no XML may hold, escaped or not. */
  private static final String NOT_XML =
      "[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]";

  private Twiml() {}

  /**
   * Answers with a text.
   *
   * @param text null = with nothing
   */
  static String of(String text) {
    StringWriter written = new StringWriter();
    try {
      XMLStreamWriter xml = XML.createXMLStreamWriter(written);
      xml.writeStartDocument("UTF-8", "1.0");
      if (text == null) {
        xml.writeEmptyElement("Response");
      } else {
        xml.writeStartElement("Response");
        xml.writeStartElement("Message");
        xml.writeCharacters(text.replaceAll(NOT_XML, ""));
        xml.writeEndElement();
        xml.writeEndElement();
      }
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Text is written to memory, which cannot fail", e);
    }
    return written.toString();
  }
}
