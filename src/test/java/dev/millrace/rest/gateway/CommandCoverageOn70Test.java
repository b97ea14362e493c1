package dev.millrace.rest.gateway;

/** The commands that Redis 7.0 has and older ones do not, among all others. */
class CommandCoverageOn70Test extends CommandCoverageTest implements OnRedis70 {}
