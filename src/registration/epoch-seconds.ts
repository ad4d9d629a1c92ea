/** Seconds since 1970-01-01T00:00:00Z, the unit of every time in the OAuth family (RFC 7519 §2). Always passed in. */
export type EpochSeconds = number
