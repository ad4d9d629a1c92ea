import { spellDuration } from './durations.mjs'
import { code, page, table } from './markdown.mjs'

/** What each profile sets and limits, as the file writes it. */
export async function profilesPage(load) {
  const { profiles } = await load('config/profiles/profiles')
  return page('Profiles', introduction, ...profiles.flatMap(sectionOf))
}

const introduction = [
  'The `profile` of a realm sets how strict it is as a whole: what each setting is where the realm leaves it out. Single',
  'settings can then be given otherwise, unless the profile limits them: such a realm does not start, and is told where.',
  'What a profile does not set has the default of [Configuration](configuration.md).',
].join('\n')

function sectionOf({ name, summary, cites, settings, limits }) {
  const set = settingsIn('', settings).map(([key, value]) => [code(key), code(value)])
  const limited = limits.map((limit) => [code(limit.path.join('.')), limit.accepts, limit.cites])
  return [
    `## ${code(name)}`,
    summary,
    `After ${cites.join(', ')}.`,
    set.length === 0 ? 'Sets nothing.' : table(['Sets', 'To'], set),
    limited.length === 0 ? '' : table(['Limits', 'To', 'After'], limited),
  ]
}

function settingsIn(prefix, settings) {
  return Object.entries(settings).flatMap(([name, value]) => {
    const isMapping = typeof value === 'object' && !Array.isArray(value)
    if (isMapping) return settingsIn(`${prefix}${name}.`, value)
    const isDuration = name.endsWith('Seconds')
    const key = isDuration ? name.slice(0, -'Seconds'.length) : name
    return [[`${prefix}${key}`, isDuration ? spellDuration(value * 1000) : flow(value)]]
  })
}

/** In YAML's flow style. */
function flow(value) {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value)
}
