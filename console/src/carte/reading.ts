// What the Carte reads once: the territory, and the line of an event that the list has not come to.
// Changes with the server's routes.
import { api, got, type EventLine } from '../api';
import { groundOf, type Ground, type Territory } from './ground';

/** The territory in force. */
export async function readGround(): Promise<Ground> {
  // The description says that it is GeoJSON and no more.
  return groundOf((await got(api.GET('/v1/territory'))) as unknown as Territory);
}

/** One event's line. */
export async function readLine(id: string): Promise<EventLine> {
  return (await got(api.GET('/v1/events/{id}', { params: { path: { id } } }))).line;
}
