import { expect, it } from 'vitest'
import { checkConformance } from '../../scripts/conformance.mjs'

it('has a test or a reason for every requirement of the catalogue, and a reference page that says so', () => {
  expect(checkConformance().problems).toEqual([])
})
