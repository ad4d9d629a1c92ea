import type { Client as EngineClient } from 'oidc-provider'
import type { Client, Realm } from '../../registration/index.ts'
import type { Page } from '../ports.ts'
import { type Context, factsOf, parameter, runtimeOf } from '../runtime.ts'

export function showPage(ctx: Context, page: Page, status = page.status): void {
  ctx.status = status
  ctx.type = 'html'
  for (const [name, value] of Object.entries(page.headers)) ctx.set(name, value)
  ctx.body = page.html
}

/** What every page is told: the realm, and the languages of the request, `ui_locales` first. */
export function audience(ctx: Context): { readonly realm: Realm; readonly locales: string } {
  const uiLocales = parameter(ctx, 'ui_locales')?.split(' ') ?? []
  const locales = [...uiLocales, ctx.get('accept-language')].filter((part) => part !== '').join(',')
  return { realm: runtimeOf(ctx).realm, locales }
}

interface ErrorAnswer {
  readonly error: string
  readonly error_description?: string
}

export function showError(ctx: Context, { error, error_description: description }: ErrorAnswer): void {
  const { requestId } = factsOf(ctx.req)
  const continueTo: unknown = ctx.state['continueTo']
  const page = runtimeOf(ctx).ports.pages.error({
    ...audience(ctx),
    error,
    ...(description === undefined || error === 'server_error' ? {} : { description }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(typeof continueTo === 'string' ? { continueTo } : {}),
  })
  // The status that the engine gave the error, unless it was meant to be a redirect.
  showPage(ctx, page, ctx.status >= 400 ? ctx.status : page.status)
}

/** The record behind the engine's client, with the names that people are shown. */
export async function recordOf(ctx: Context, client: EngineClient | undefined): Promise<Client | undefined> {
  const { ports, realm } = runtimeOf(ctx)
  return client === undefined ? undefined : ports.clients.findClient(realm.name, client.clientId)
}

export function named(client: Client | undefined): { readonly clientName?: string } {
  const clientName = client?.metadata.client_name
  return clientName === undefined ? {} : { clientName }
}
