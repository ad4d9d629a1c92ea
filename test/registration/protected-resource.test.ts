import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalResource, resourceIdOf } from '../../src/registration/index.ts'

describe('the name of a resource', () => {
  it.each([
    ['https://mcp.example.com/mcp', 'https://mcp.example.com/mcp'],
    ['HTTPS://MCP.example.com/mcp', 'https://mcp.example.com/mcp'],
    ['https://mcp.example.com:443/mcp', 'https://mcp.example.com/mcp'],
    ['http://mcp.example.com:80', 'http://mcp.example.com'],
    ['https://mcp.example.com/', 'https://mcp.example.com'],
    ['https://MCP.example.com:8443', 'https://mcp.example.com:8443'],
    ['https://[2001:DB8::1]:443/', 'https://[2001:db8::1]'],
    ['https://mcp.example.com/?a', 'https://mcp.example.com/?a'],
    ['urn:Example:Res', 'urn:Example:Res'],
  ])('%s compares as %s (MCP-AUTH-09)', (name, canonical) => {
    expect(canonicalResource(name)).toBe(canonical)
  })

  it.each([
    'https://evil@mcp.example.com/mcp',
    'https://mcp.example.com\\evil/mcp',
    'https:\\\\mcp.example.com/mcp',
    'https:/mcp.example.com/mcp',
    'https://mcp.example.com:0443/mcp',
    'https://mcp.ex\tample.com/mcp',
    ' https://mcp.example.com/mcp',
    'https://mcp%2Eexample.com/mcp',
    'https://ｍcp.example.com/mcp',
    'https://mcp.example.com./mcp',
    'https://mcp.example.com/mcp/',
    'https://mcp.example.com/MCP',
    'https://mcp.example.com/x/../mcp',
    'https://mcp.example.com/mcp?',
    'https://mcp.example.com/mcp#',
    'http://mcp.example.com/mcp',
  ])('%j is another one than https://mcp.example.com/mcp', (name) => {
    expect(canonicalResource(name)).not.toBe('https://mcp.example.com/mcp')
  })

  it('compares as it does once it has its form, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()), (name) => {
        expect(canonicalResource(canonicalResource(name))).toBe(canonicalResource(name))
      }),
    )
  })

  it('gives an id that fits into a path, whatever it is', () => {
    expect(resourceIdOf('https://mcp.example/mcp')).toBe('mcp.example-mcp')
    expect(resourceIdOf('urn:example:api')).toBe('example-api')
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(resourceIdOf(name)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
      }),
    )
  })
})
