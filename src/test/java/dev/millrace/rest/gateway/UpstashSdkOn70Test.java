package dev.millrace.rest.gateway;

/** The vendor's SDK against Redis 7.0. */
class UpstashSdkOn70Test extends UpstashSdkTest implements OnRedis70 {}
