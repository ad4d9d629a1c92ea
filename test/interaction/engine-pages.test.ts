import { describe, expect, it } from 'vitest'
import { clientFixture, createWorld } from '../support/interaction-world.ts'

const { room, realm } = createWorld()
const { pages } = room
const english = { realm, locales: 'en' }

// As the engine writes them.
const codeForm = (value: string) => `<form id="op.deviceInputForm" novalidate method="post" action="https://id.example/device">
  <input type="hidden" name="xsrf" value="s3cret"/>
  <input
    ${value}type="text" name="user_code" placeholder="Enter code" onfocus="this.select(); this.onfocus = undefined;" autofocus autocomplete="off"></input>
  </form>`
const form =
  '<form id="op.form" method="post" action="https://id.example/x"><input type="hidden" name="xsrf" value="s3cret"/></form>'

describe('every page of the engine', () => {
  it.each([
    ['error', pages.error({ ...english, error: 'invalid_request' })],
    ['logoutConfirm', pages.logoutConfirm({ ...english, form, formId: 'op.form' })],
    ['loggedOut', pages.loggedOut(english)],
    ['deviceCode', pages.deviceCode({ ...english, form: codeForm(''), formId: 'op.deviceInputForm' })],
    ['deviceConfirm', pages.deviceConfirm({ ...english, form, formId: 'op.form', userCode: 'BCDF-GHJK' })],
    ['deviceDone', pages.deviceDone(english)],
  ])('forbids framing, scripts and caching: %s (SEC-RD-11)', (_, { headers, html }) => {
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).not.toMatch(/<script|<style|\son\w+=|\sstyle=/)
  })
})

describe('the error page', () => {
  it('is a 400 for what the application did, and tells it to people and to developers', () => {
    const page = pages.error({ ...english, error: 'invalid_redirect_uri', description: 'did not match', requestId: 'r-1' })
    expect(page.status).toBe(400)
    expect(page.html).toContain('You were not sent there.')
    for (const detail of ['invalid_redirect_uri', 'did not match', 'r-1']) expect(page.html).toContain(`<bdi>${detail}</bdi>`)
  })

  it('does not call it a failure that a person said no', () => {
    const { html } = pages.error({ ...english, error: 'access_denied' })
    expect(html).toContain('<h1>Access was not allowed</h1>')
    expect(html).not.toContain('This did not work')
  })

  it('is a 500 or 503 for what we did', () => {
    expect(pages.error({ ...english, error: 'server_error' }).status).toBe(500)
    expect(pages.error({ ...english, error: 'temporarily_unavailable' }).status).toBe(503)
  })

  it('escapes and cleans what the request put into it (SEC-INJ-01)', () => {
    const { html } = pages.error({ ...english, error: '<img src=x>', description: '\u202E"><script>alert(1)</script>' })
    expect(html).not.toMatch(/<script|<img|\u202E/)
  })

  it('shows where an unproven client wants to go on, and goes there only by hand (SEC-OR-01, SEC-OR-02)', () => {
    const { html, headers } = pages.error({
      ...english,
      error: 'invalid_scope',
      continueTo: 'https://evil.example/cb?error=invalid_scope',
    })
    expect(html).toContain('<p class="address"><bdi>evil.example</bdi></p>')
    expect(html).toContain('rel="noopener noreferrer nofollow ugc external"')
    expect(headers).not.toHaveProperty('refresh')
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', 'nonsense'])('does not lead to %s', (continueTo) => {
    expect(pages.error({ ...english, error: 'invalid_scope', continueTo }).html).not.toContain('class="button"')
  })
})

describe('the device pages', () => {
  it('give the field of the engine a label, and take its script off', () => {
    const { html } = pages.deviceCode({
      ...english,
      form: codeForm('value="AB&quot;CD" '),
      formId: 'op.deviceInputForm',
      problem: 'NotFoundError',
    })
    expect(html).toContain('<label for="user_code">')
    expect(html).toContain('<input id="user_code" name="user_code" type="text" value="AB&quot;CD"')
    expect(html).toContain('name="xsrf" value="s3cret"')
    expect(html).not.toContain('onfocus')
    expect(html).toContain('There is no such code.')
  })

  it('have words for every problem, known or not', () => {
    const shown = (problem: string) =>
      pages.deviceCode({ ...english, form: codeForm(''), formId: 'op.deviceInputForm', problem }).html
    expect(shown('ExpiredError')).toContain('has expired')
    expect(shown('AbortedError')).toContain('was cancelled')
    expect(shown('title')).toContain('This code did not work.')
    expect(shown('<script>')).toContain('This code did not work.')
  })

  it('ask to compare the code and say who wants to be connected', () => {
    const view = {
      ...english,
      form,
      formId: 'op.form',
      userCode: 'BCDF-GHJK',
      client: clientFixture({ client_name: '<b>TV</b>' }),
    }
    const { html } = pages.deviceConfirm(view)
    expect(html).toContain('<bdi>BCDF-GHJK</bdi>')
    expect(html).toContain('&#60;b&#62;TV&#60;/b&#62;')
    expect(html).toContain('Not verified')
    expect(html).toMatch(/form="op.form" name="abort" value="yes"/)
  })
})

describe('the logout pages', () => {
  it('let the form end at the post-logout redirect URI', () => {
    const page = pages.logoutConfirm({ ...english, form, formId: 'op.form', continueTo: 'https://app.example/bye' })
    expect(page.headers['content-security-policy']).toMatch(/form-action 'self' https:\/\/app\.example$/)
    expect(page.html).toMatch(/form="op.form" name="logout" value="yes"/)
  })

  it('tell the applications in frames of their origins alone, and go on when they had their time', () => {
    const frames = ['https://a.example/logout?sid=1', 'https://b.example:8443/l', 'javascript:alert(1)']
    const { headers, html } = pages.loggedOut({ ...english, frames, continueTo: 'https://app.example/bye?a=1' })
    expect(headers['content-security-policy']).toContain('frame-src https://a.example https://b.example:8443;')
    expect(html.match(/<iframe/g)).toHaveLength(2)
    expect(html).not.toContain('javascript:')
    expect(headers['refresh']).toBe('3; url=https://app.example/bye?a=1')
  })

  it('stay where they are without frames, with a link to go on', () => {
    const { headers, html } = pages.loggedOut({ ...english, clientName: 'Notebook', continueTo: 'com.example.app:/bye' })
    expect(headers).not.toHaveProperty('refresh')
    expect(html).toContain('href="com.example.app:/bye"')
    expect(html).toContain('You are signed out of <bdi>Notebook</bdi>.')
  })

  it('do not put a line break into a header (SEC-INJ-04)', () => {
    const continueTo = 'https://app.example/\r\nset-cookie: a=b'
    const { headers } = pages.loggedOut({ ...english, frames: ['https://a.example/'], continueTo })
    expect(headers['refresh']).not.toMatch(/[\r\n]/)
  })
})
