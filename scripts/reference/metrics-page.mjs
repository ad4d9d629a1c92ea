import { code, codes, page, table } from './markdown.mjs'

/** The metrics of our own, with their labels: each is recorded once and read back as a scraper reads it. */
export async function metricsPage(load) {
  const { createMetrics } = await load('telemetry/create-metrics')
  const metrics = createMetrics({
    version: '0',
    databaseRoundTrips: () => 0,
    webhookBacklog: async () => ({ waiting: 1, dead: 0 }),
  })
  metrics.registrationEnded({ channel: 'open', outcome: 'refused', reason: 'invalid_client_metadata', seconds: 1 })
  metrics.managementRequestEnded('read', 'accepted')
  metrics.tokenIssued('client_credentials')
  metrics.outboundRequestEnded('jwks', 'fetched')
  metrics.httpRequestEnded({ method: 'GET', route: '/jwks', status: 200, seconds: 1 })
  metrics.webhookDeliveryEnded('delivered')
  const found = readMetrics(await metrics.text()).filter(({ name }) => /^(registrar|http)_/.test(name))
  const rows = found
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .map(({ name, type, help, labels }) => [code(name), type, codes(labels), help])
  return page('Metrics', introduction, table(['Name', 'Type', 'Labels', 'What it is'], rows), labelsText)
}

const introduction = [
  '`GET /metrics` of the admin listener, in the text format of Prometheus, with the administrator token as bearer token; without',
  'one where `admin.metricsWithoutToken: true`. Besides these there are `process_*` and `nodejs_*` of the Node runtime.',
  'Every node counts for itself, unless something else is said.',
].join('\n')

const labelsText = [
  '- `channel`: `open` where no token was presented, else `initial-access-token`.',
  '- `outcome` of registrations and management requests: `accepted`, `refused` (the requester’s doing), `failed` (ours).',
  '- `reason`: a code of [refusal-codes.md](refusal-codes.md), or `none`.',
  '- `operation`: `read`, `replace`, `merge`, `delete`.',
  '- `purpose`: `jwks`, `statement-keys`, `sector-identifier`, `request-object`, `logo`, `callback`, `webhook`, `identity-provider`.',
  '- `outcome` of outbound fetches: `fetched`, `cached`, `stale`, `refused` (by our guard), `limited`, `failed`.',
  '- `outcome` of webhook deliveries: `delivered`, `failed` (tried again), `dead` (given up).',
  '- `state`: `waiting`, `dead`.',
  '- `grant`: the `grant_type` of the token request, such as `client_credentials`.',
  '- `route`: the pattern of a path, such as `/register/:client_id`. Requests to the admin listener are not measured.',
  '',
  'No label holds a client, an address or a URI.',
].join('\n')

function readMetrics(text) {
  return text
    .split('\n')
    .flatMap((line) => /^# HELP (\S+) (.*)$/.exec(line) ?? [])
    .flatMap((part, index, all) => (index % 3 === 1 ? [{ name: part, help: all[index + 1] }] : []))
    .map(({ name, help }) => ({ name, help, type: typeOf(text, name), labels: labelsOf(text, name) }))
}

function typeOf(text, name) {
  return new RegExp(`^# TYPE ${name} (\\w+)$`, 'm').exec(text)?.[1] ?? ''
}

function labelsOf(text, name) {
  const line = new RegExp(`^${name}(?:_count)?\\{(.*)\\}`, 'm').exec(text)?.[1] ?? ''
  return [...line.matchAll(/(\w+)="/g)].map(([, label]) => label)
}
