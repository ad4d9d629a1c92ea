import { describe, expect, it } from 'vitest'
import { createPlaces } from '../../src/webhooks/places.ts'

const options = { attemptsMax: 12, timeoutSeconds: 10, atOnceMax: 8, atOncePerWebhookMax: 4 }

describe('places for attempts', () => {
  it('are as many for one webhook, and altogether, as the operator allows', () => {
    const places = createPlaces(options)
    for (let index = 0; index < 4; index += 1) places.enter('a')
    expect([places.room('a'), places.room('b'), places.free()]).toEqual([0, 4, 4])
    const leave = places.enter('b')
    places.enter('c')
    places.enter('c')
    expect([places.room('b'), places.room('d'), places.free()]).toEqual([1, 1, 1])
    leave(true)
    expect(places.free()).toBe(2)
  })

  it('are a single one for a webhook that fails, until it is well again', () => {
    const places = createPlaces(options)
    places.enter('a')(false)
    expect(places.room('a')).toBe(1)
    const leave = places.enter('a')
    expect(places.room('a')).toBe(0)
    leave(true)
    expect(places.room('a')).toBe(4)
  })

  it('are no more than half of all for webhooks that fail, however many they are', () => {
    const places = createPlaces(options)
    const failing = ['a', 'b', 'c', 'd', 'e']
    for (const webhook of failing) places.enter(webhook)(false)
    for (const webhook of failing.slice(0, 4)) places.enter(webhook)
    expect([places.room('e'), places.room('well')]).toEqual([0, 4])
  })
})
