// A small town with a bit of everything: severities, places, states, a divergence, two papers of one brawl,
// something set aside. For looking at screens. Changes when a screen shows something else.

/** Fills a world; the ids a screen is opened with. */
export async function fillTown(world) {
  const [ines, samir, karim] = [
    await world.phone('Inès Benali'),
    await world.phone('Samir Haddad'),
    await world.phone('Karim Oudji', 'bus-nord', 'transport_agent'),
  ];
  await world.supervisor('Nadia Roy');
  const brawl = await ines.file(
    'youth.brawl',
    { title: 'Rixe, place du Vieux-Lavoir', severity: 4, people_count: 6, injuries: 'light', weapons: 'none', commune: '99001' },
    {
      at: '48.4511,1.5021,8',
      words: 'À notre arrivée, six individus s’empoignent devant l’abribus. Deux prennent la fuite vers la rue du Lavoir. Un homme d’environ 20 ans saigne de l’arcade ; il refuse les secours.',
      persons: ['role=victim,age_band=adult'],
    },
  );
  await samir.file('youth.brawl', { title: 'Attroupement bruyant', severity: 2, commune: '99001' }, { at: '48.4519,1.5030', words: 'Appel d’un riverain. Une dizaine de jeunes.' });
  await karim.file('transit.assault_staff', { severity: 5, line: 'A', urgent: 'oui', commune: '99003' }, { at: '48.4702,1.5304' });
  await karim.file('transit.damage', { severity: 2, line: 'B' });
  const rest = [
    ['nuisance.noise_night', { title: 'Musique au troisième étage', commune: '99005', severity: 2 }, '48.4380,1.4500'],
    ['waste.bulky', { title: 'Canapés sur le trottoir', commune: '99005', severity: 1 }, '48.4440,1.4400'],
    ['incivility.hall_occupation', { title: 'Hall occupé, cité des Tilleuls', commune: '99004', severity: 3 }, '48.4860,1.4710'],
    ['incivility.tag', { title: 'Tag sur l’abribus', commune: '99004', severity: 2 }, '48.4863,1.4716'],
    ['presence.contact', { title: 'Échange avec les commerçants', commune: '99006', severity: 1 }, '48.4155,1.4690'],
    ['video.preserve', { title: 'Images de la place à conserver', commune: '99002', severity: 3 }, '48.4496,1.5575'],
    ['road_accident', { title: 'Deux voitures, un blessé léger', commune: '99007', severity: 4 }, '48.4160,1.5310'],
  ];
  for (const [type, facts, at] of rest) await ines.file(type, facts, { at });
  const gathering = await samir.file('youth.brawl', { title: 'Bagarre devant le gymnase', commune: '99003', severity: 3, people_count: 4 }, { at: '48.4713,1.5290', words: 'Quatre jeunes, dispersés.' });
  for (const phone of [ines, samir, karim, ines, samir]) await phone.sync();
  await ines.correct(brawl, { people_count: 7 });
  await samir.correct(brawl, { people_count: 10, injuries: 'serious' });
  await ines.correct(brawl, { injuries: 'none' });
  await ines.sync();
  await samir.sync();

  await ines.correct(gathering, { people_count: 5 });
  await samir.correct(gathering, { people_count: 3 });
  await ines.sync();
  await samir.sync();
  const [divergence] = (await world.get(`/v1/reports/${gathering}`)).divergences;
  await world.api('POST', `/v1/reports/${gathering}/decisions`, {
    key: divergence.key,
    chosen: { change: divergence.voices[0].change },
    saw: divergence.saw,
    saw_decisions: divergence.saw_decisions,
    reason: 'Vérifié avec les deux agents',
  });
  await world.api('POST', `/v1/reports/${gathering}/comments`, { text: 'Un nom a-t-il été relevé ?' });

  const lost = await world.phone('Denis Le Goff');
  const aside = await lost.file('waste.rubble', { title: 'Gravats chemin des Hérons', commune: '99007', severity: 2 }, { at: '48.4144,1.5330' });
  await lost.sync();
  const { device } = await lost.ask('whoami');
  await world.ask('device', 'revoke', device);
  await lost.correct(aside, { title: 'Gravats et amiante, chemin des Hérons' });
  await lost.sync().catch((refused) => refused);
  return { ines, samir, karim, brawl, gathering, aside };
}
