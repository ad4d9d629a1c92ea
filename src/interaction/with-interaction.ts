import type { FastifyReply, FastifyRequest } from 'fastify'
import { interactionSubject } from './interaction-subject.ts'
import type { Interaction } from './ports.ts'
import type { Room } from './room.ts'
import { stop } from './stop.ts'
import { formOf, type Visit, visitOf } from './visit.ts'

/** A step of an interaction that was found and belongs to this browser. */
export type Step = (room: Room, visit: Visit, interaction: Interaction) => Promise<FastifyReply | undefined>

export async function withInteraction(room: Room, { request, reply }: Pick<Visit, 'request' | 'reply'>, step: Step) {
  const first = visitOf(request, reply)
  const interaction = await room.ports.interactions.find(first.realm, request.raw, reply.raw)
  // The engine goes by its cookie: it has to be the interaction of the address, too (SEC-CON-03).
  if (interaction === undefined || interaction.uid !== uidOf(request)) return stop(first, 'expired')
  return step(room, visitOf(request, reply, interaction.uiLocales), interaction)
}

/** Taken for the step of one of `prompts`, from a page that was made for it. */
export function genuine(prompts: readonly Interaction['prompt'][], step: Step): Step {
  return async (room, visit, interaction) => {
    const token = formOf(visit.request).get('token')
    const isGenuine = room.antiForgery.isGenuine(visit, interactionSubject(interaction), token)
    return isGenuine && prompts.includes(interaction.prompt) ? step(room, visit, interaction) : stop(visit, 'forged')
  }
}

function uidOf(request: FastifyRequest): string | undefined {
  return (request.params as { readonly uid?: string }).uid
}
