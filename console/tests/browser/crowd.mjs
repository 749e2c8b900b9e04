// Very many events, fast: rows of a table taken over by one phone's `ronde import`, then one synchronisation.
// Changes when the importer's columns do.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const MINUTE = 60_000;

/** Files so many reports over the last 30 days, spread over the drawn territory. */
export async function fillCrowd(world, count) {
  const phone = await world.phone('Inès Benali');
  const table = path.join(world.directory, 'crowd.csv');
  const begun = Date.now() - 30 * 24 * 60 * MINUTE;
  const step = (29 * 24 * 60 * MINUTE) / count;
  const rows = ['title,severity,lat,lon,from,id'];
  for (let row = 0; row < count; row += 1) {
    const lat = 48.4 + ((row * 7919) % 1000) / 10_000;
    const lon = 1.43 + ((row * 104_729) % 1500) / 10_000;
    rows.push(`Événement ${row},${1 + (row % 5)},${lat},${lon},${new Date(begun + row * step).toISOString()},r${row}`);
  }
  await writeFile(table, rows.join('\n'));
  const taken = await phone.ask('import', table, '--column', 'title=title', '--column', 'severity=severity');
  if (taken.filed !== count) throw new Error(`${taken.filed} of ${count} rows filed: ${JSON.stringify(taken.refused)}`);
  await phone.sync();
  return phone;
}
