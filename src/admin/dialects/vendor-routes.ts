import type { AdminRoute } from '../admin-route.ts'
import type { AdminPorts } from '../ports.ts'
import { pingamRoutes } from './pingam/pingam-routes.ts'

/**
 * What administrators' scripts call at other vendors: the same operations as ours under the vendor's addresses and names, with the
 * same token, judgement and audit trail. A folder for each vendor; the OpenAPI document describes our own routes alone.
 */
export function vendorRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return pingamRoutes(ports)
}
