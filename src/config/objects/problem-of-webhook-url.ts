/** What happens to clients is told over https; to a port of one's own machine, development may do without. */
export function problemOfWebhookUrl(url: string, development: boolean): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const isWeb = parsed?.protocol === 'https:' || (development && parsed?.protocol === 'http:')
  if (parsed !== undefined && isWeb && parsed.username === '' && parsed.password === '' && parsed.hash === '') return undefined
  return `${JSON.stringify(url)} is not accepted; give an absolute https URL without user, password and fragment`
}
