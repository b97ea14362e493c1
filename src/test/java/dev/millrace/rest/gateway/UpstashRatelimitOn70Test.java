package dev.millrace.rest.gateway;

/** Redis 7.0 knows flags of scripts, and refuses the one that the vendor's scripts have. */
class UpstashRatelimitOn70Test extends UpstashRatelimitTest implements OnRedis70 {}
