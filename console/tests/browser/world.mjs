// A real agglomeration for one story: a server on a temporary directory, phones that are the `ronde`
// program, supervisors with their links. Knows the programs' words; nothing of the pages.
// Changes when the programs' words do.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = path.resolve(fileURLToPath(import.meta.url), '../../../..');
// Where the caller built them, otherwise where cargo builds from here.
const debug = process.env.RONDE_BINARIES ?? path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug');
const programs = {
  server: process.env.RONDE_SERVER ?? path.join(debug, 'ronde-server'),
  phone: process.env.RONDE ?? path.join(debug, 'ronde'),
};

/** Where the repository is. */
export const repository = root;

function run(program, words, env = {}) {
  return new Promise((done, failed) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 256 * 1024 * 1024 };
    execFile(program, words, options, (error, out, err) => {
      if (error) failed(new Error(`${path.basename(program)} ${words.slice(0, 12).join(' ')}: ${err || error.message}`));
      else done(out);
    });
  });
}

const json = async (...call) => JSON.parse(await run(...call));

/** One person in the field: the `ronde` program on a notebook of its own. */
export class Phone {
  constructor(name, notebook) {
    Object.assign(this, { name, notebook });
  }

  /** What one command of this phone answers. */
  ask(...words) {
    const env = { RONDE_PASSPHRASE: 'une phrase de démonstration' };
    return json(programs.phone, ['--json', '--notebook', this.notebook, ...words], env);
  }

  /**
   * Files a report at once; its id.
   * @param {string} type @param {Record<string, unknown>} facts
   * @param {{words?: string, at?: string, from?: string, persons?: string[], vehicles?: string[]}} more
   */
  async file(type, facts = {}, { words, at, from, persons = [], vehicles = [] } = {}) {
    const call = ['new', type, '--file', ...factsOf(facts)];
    if (at) call.push('--at', at);
    if (from) call.push('--from', from);
    for (const person of persons) call.push('--person', person);
    for (const vehicle of vehicles) call.push('--vehicle', vehicle);
    if (words !== undefined) {
      // By file: words may be longer than a command line, and begin with anything.
      const file = `${this.notebook}.words`;
      await writeFile(file, words);
      call.push('--statement-file', file);
    }
    return (await this.ask(...call)).filed.doc;
  }

  correct(report, facts) {
    return this.ask('correct', report, ...factsOf(facts));
  }

  sync() {
    return this.ask('sync');
  }

  show(report) {
    return this.ask('show', report);
  }
}

const factsOf = (facts) => Object.entries(facts).flatMap(([key, value]) => ['--fact', `${key}=${value}`]);

/** The whole of one story's world. */
export class World {
  /** @param {{map?: string, police?: string}} territory a GeoJSON file, or none for the drawn one */
  static async found({ map, police } = {}) {
    const world = new World();
    world.directory = await mkdtemp(path.join(tmpdir(), 'ronde-story-'));
    world.data = path.join(world.directory, 'server');
    world.phones = 0;
    await world.ask('init', '--name', 'Agglomération de démonstration');
    const given = map ? ['import', map, ...(police ? ['--police', police] : [])] : ['draw'];
    await world.ask('territory', ...given);
    await world.serve();
    world.helene = await world.supervisor('Hélène Marchand');
    return world;
  }

  /** What one command of the server's program answers. */
  ask(...words) {
    return json(programs.server, ['--json', '--data', this.data, ...words]);
  }

  /** Opens the doors, at the same address when they were open before. */
  async serve() {
    const listen = this.address ? new URL(this.address).host : '127.0.0.1:0';
    const words = ['--json', '--data', this.data, 'serve', '--listen', listen];
    // Without a shell, and its log kept apart: what it logs must never hold what reports contain.
    const child = spawn(programs.server, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.log ??= [];
    createInterface({ input: child.stderr }).on('line', (line) => this.log.push(line));
    this.child = child;
    this.address = await new Promise((done, failed) => {
      child.once('exit', (code) => failed(new Error(`ronde-server serve ended with ${code}: ${this.log.join('\n')}`)));
      createInterface({ input: child.stdout }).once('line', (line) => done(JSON.parse(line).listening));
    });
    child.removeAllListeners('exit');
  }

  /** Closes the doors; what was taken in stays. */
  async stop() {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    // Killed, as a machine that dies: whatever it acknowledged must be there afterwards.
    child.kill('SIGKILL');
    await ended;
  }

  /** A supervisor, with a link that signs in once and a token for programs. */
  supervisor(name, role = 'agglomeration_supervisor', unit) {
    return this.ask('supervisor', 'add', '--name', name, '--role', role, ...(unit ? ['--unit', unit] : []));
  }

  /** Another link of a supervisor. */
  async link(name = 'Hélène Marchand') {
    return this.whole((await this.ask('supervisor', 'link', name)).link);
  }

  /** A link as it is opened: a server that did not listen yet gives it without address. */
  whole(link) {
    return new URL(link, this.address).href;
  }

  /** An enrolled phone. */
  async phone(name, unit = 'pm-centre', role = 'officer') {
    this.phones += 1;
    const { code } = await this.ask('invite', '--name', name, '--unit', unit, '--role', role);
    const phone = new Phone(name, path.join(this.directory, `phone-${this.phones}`));
    await phone.ask('enrol', '--server', this.address, '--code', code);
    await phone.sync();
    return phone;
  }

  /** A call of the API in a supervisor's name. */
  async api(method, route, body, { token = this.helene.token, language = 'fr' } = {}) {
    const headers = { authorization: `Bearer ${token}`, 'accept-language': language };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await fetch(this.address + route, { method, headers, body: sent });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  get(route) {
    return this.api('GET', route);
  }

  async close() {
    await this.stop();
    if (!process.env.RONDE_KEEP) await rm(this.directory, { recursive: true, force: true });
  }
}

/** A file of data kept beside the repository, or null where it is not there (said once). */
export async function dataBeside(relative) {
  try {
    return await readFile(path.join(root, '..', 'shared', 'data', relative), 'utf8');
  } catch {
    console.log(`skipped: ../shared/data/${relative} is not here`);
    return null;
  }
}
