/** An LDAP directory whose people can sign in with their passwords there. Durations in seconds. */
export interface Directory {
  readonly id: string
  readonly enabled: boolean
  /** `ldaps:` or `ldap:`, a host and maybe a port. */
  readonly url: string
  /** `ldap:` becomes TLS before anything is said (RFC 4513 §3). */
  readonly startTls: boolean
  /** What its certificate chains to, in PEM; absent: the public authorities. */
  readonly ca?: string
  /** The name of a person's entry, with `{username}` in it: nothing is searched. */
  readonly userDn?: string
  /** Where people are searched, and as whom; without `bindDn` as nobody. */
  readonly baseDn?: string
  readonly bindDn?: string
  readonly sealedBindPassword?: string
  /** What people may type; the first one becomes the user name. */
  readonly usernameAttributes: readonly string[]
  readonly objectClass?: string
  /** What a person keeps who gets another name: whoever has another one is somebody else. */
  readonly idAttribute: string
  /** Claim to attribute. */
  readonly claims: Readonly<Record<string, string>>
  readonly groups?: DirectoryGroups
  readonly connectTimeoutSeconds: number
  readonly timeoutSeconds: number
  readonly connectionsMax: number
}

/** Either an attribute of the person, or entries that have the person among their members. */
export interface DirectoryGroups {
  readonly claim: string
  /** Such as `memberOf`, whose values are names of entries. */
  readonly attribute?: string
  readonly baseDn?: string
  readonly memberAttribute: string
  /** What of the group's name becomes the value: its leading component, or all of it. */
  readonly names: 'short' | 'dn'
}
