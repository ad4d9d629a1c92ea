import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../src/config/index.ts'
import { happening, registrar, temporaryFolder } from './terminal.ts'

const open = `mode: development
realms:
  default:
    registration: { enabled: true, initialAccessTokenRequired: false }
    users: [{ username: ada, password: { generated: ada-password } }]
`

/** Stands where the server starts: what it would be given, and when it is told to reload and to stop. */
function process() {
  const listeners = new Map<string, () => void>()
  const configurations: Configuration[] = []
  const events: string[] = []
  const started = happening()
  const reloaded = happening()
  return {
    configurations,
    events,
    started: started.happened,
    reloaded: reloaded.happened,
    signal: (name: string) => listeners.get(name)?.(),
    io: {
      onSignal: (name: string, listener: () => void) => {
        listeners.set(name, listener)
        if (name === 'SIGINT') started.happens()
        return () => void listeners.delete(name)
      },
      startServer: async (configuration: Configuration) => {
        configurations.push(configuration)
        return {
          publicUrl: configuration.publicUrl,
          adminUrl: 'http://localhost:4401',
          reload: async (next: Configuration) => {
            configurations.push(next)
            reloaded.happens()
          },
          stop: async () => void events.push('stopped'),
        }
      },
    },
    listeners,
  }
}

describe('serve', () => {
  it('says where everything is and what to try first, reloads on SIGHUP, and stops on SIGTERM', async () => {
    const folder = await temporaryFolder()
    const config = join(folder, 'registrar.yaml')
    await writeFile(config, open)
    const { io, started, reloaded, signal, configurations, events, listeners } = process()
    const serving = registrar(['serve', '--config', config, '--data', join(folder, 'data'), '--port', '5000'], io)
    await started
    await writeFile(config, `${open}    scopes: [openid]\n`)
    signal('SIGHUP')
    await reloaded
    signal('SIGTERM')
    const { exitCode, out } = await serving
    const password = configurations[0]?.realms[0]?.users[0]?.password
    expect(out).toBe(`
  Registrar is running (development)

  Issuer        http://localhost:5000
  Registration  http://localhost:5000/register
  Admin API     http://localhost:4401/admin/v1
  Admin token   in ${folder}/data/secrets/admin-token
  Sign in       user ada, password ${password}
  Data          ${folder}/data (embedded PostgreSQL)

  Register a client:

  curl -sS -w '\\n%{http_code}\\n' -H 'content-type: application/json' -d '{"client_name":"My first client","redirect_uris":["http://localhost:8080/callback"],"token_endpoint_auth_method":"none"}' http://localhost:5000/register

`)
    expect([exitCode, events, listeners.size]).toEqual([0, ['stopped'], 0])
    expect(configurations[1]?.realms[0]?.base.scopes).toEqual([{ name: 'openid' }])
  })

  it('goes on with the configuration before when the new one is no good', async () => {
    const folder = await temporaryFolder()
    const config = join(folder, 'registrar.yaml')
    await writeFile(config, open)
    const { io, started, signal, configurations } = process()
    const told = happening<string>()
    const world = { ...io, env: { REGISTRAR_CONFIG: config }, writeError: told.happens }
    const serving = registrar(['serve', '--data', folder, '--quiet'], world)
    await started
    await writeFile(config, 'mode: nonsense')
    signal('SIGHUP')
    expect(await told.happened).toContain('mode: "nonsense" is not accepted; give one of development, production')
    signal('SIGINT')
    expect(await serving).toMatchObject({ exitCode: 0, out: '' })
    expect(configurations).toHaveLength(1)
  })

  it('says after a reload which changes wait for a restart, and is silent about the others', async () => {
    const config = join(await temporaryFolder(), 'registrar.yaml')
    await writeFile(config, open)
    const { io, started, signal } = process()
    const lines: string[] = []
    let told = happening()
    const writeError = (text: string) => {
      lines.push(text)
      told.happens()
    }
    const serving = registrar(['serve', '--config', config, '--data', `${config}.data`, '--quiet'], { ...io, writeError })
    await started
    await writeFile(config, `${open}    scopes: [openid]\n`)
    signal('SIGHUP')
    await told.happened
    told = happening()
    await writeFile(config, `${open}telemetry: { logLevel: warn }\nlisten: { public: { port: 4500 } }\n`)
    signal('SIGHUP')
    await told.happened
    signal('SIGTERM')
    await serving
    expect(lines).toEqual([
      'configuration reloaded\n',
      'configuration reloaded\n',
      'changed as well, and in effect after a restart: listen, telemetry\n',
    ])
  })

  it('does not send anybody to a registration endpoint that is switched off', async () => {
    const config = join(await temporaryFolder(), 'registrar.yaml')
    await writeFile(config, 'mode: development\nrealms: { default: { registration: { enabled: false } } }')
    const { io, started, signal } = process()
    const serving = registrar(['serve', '--config', config, '--data', `${config}.data`], io)
    await started
    signal('SIGTERM')
    const { out } = await serving
    expect(out).toContain('Registration  switched off by the configuration\n')
    expect(out).not.toContain('/register')
    expect(out).not.toContain('tokens initial create')
  })

  it('tells every problem of a configuration and exits with 1', async () => {
    const config = join(await temporaryFolder(), 'registrar.yaml')
    await writeFile(config, 'mode: production\nrealm: {}')
    const { exitCode, out, err } = await registrar(['serve', '--config', config])
    expect([exitCode, out]).toEqual([1, ''])
    expect(err).toContain(': 4 problems\n')
  })
})

describe('config check', () => {
  it('says that a file is valid, without leaving a trace', async () => {
    const { exitCode, out } = await registrar(['config', 'check', 'examples/quickstart.yaml'])
    expect([exitCode, out]).toEqual([
      0,
      'examples/quickstart.yaml: valid (mode development, issuer http://localhost:4400, realms default)\n',
    ])
  })

  it('exits with 1 and tells what is missing', async () => {
    const { exitCode, err } = await registrar(['config', 'check', 'examples/production.yaml'])
    expect([exitCode, err]).toEqual([1, expect.stringContaining('environment variable REGISTRAR_SECRET is not set')])
  })
})
