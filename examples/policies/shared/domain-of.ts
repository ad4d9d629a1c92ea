/** The domain of a mail address, in small letters; nothing where it is no such address. */
export function domainOf(address: string): string | undefined {
  const [, domain, ...rest] = address.split('@')
  return rest.length === 0 ? domain?.toLowerCase() : undefined
}
