/** Administered with the person, as the claim `groups`. */
export function groupsOf(claims: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return [claims?.['groups']].flat().filter((group) => typeof group === 'string')
}
