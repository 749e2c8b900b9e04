// A supervisor at the console: what a person does there, said once. Finds things by role and by the French
// words on screen; knows no address of the API. Changes when the screens' words do.

/** No-break spaces read as spaces: what is compared is what a person reads. */
export const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ').trim();

export class Desk {
  /** @param {import('playwright-core').Page} page */
  constructor(page, watch) {
    Object.assign(this, { page, watch });
  }

  /** Opens a one-time link; done when the inbox stands. */
  async open(link) {
    await this.page.goto(link);
    await this.inbox();
  }

  /** The inbox stands and follows the server. */
  async inbox() {
    await this.page.getByText(/^(Reste à traiter|Left to treat)/).waitFor();
    await this.live();
  }

  /** The page says that it follows the server. */
  live() {
    return this.page.getByText(/^(En direct|Live)$/).first().waitFor();
  }

  /** Goes to an address of the console as a person who types it. */
  async go(address) {
    await this.page.goto(new URL(address, this.page.url()).href);
  }

  /** The rows of events on screen, in their order. */
  rows() {
    return this.page.locator('a[id^="row-"]');
  }

  /** The row of an event, by its title. */
  row(title) {
    return this.rows().filter({ hasText: title });
  }

  /** The titles of the rows, as a person reads them. */
  async titles() {
    const all = await this.page.locator('a[id^="row-"] .title').allInnerTexts();
    return all.map((title) => plain(plain(title).replace(/,\s*non lu$/, '')));
  }

  /** The id of the event whose row is chosen, or null. */
  async chosen() {
    const row = this.page.locator('a[id^="row-"][aria-current="true"]');
    return (await row.count()) ? (await row.first().getAttribute('id')).slice(4) : null;
  }

  /** A key of the keyboard. */
  press(key) {
    return this.page.keyboard.press(key);
  }

  /** A button by what it says. */
  button(name, within = this.page) {
    return within.getByRole('button', { name });
  }

  /** What was decided last, with the time left to take it back. */
  toast() {
    return this.page.getByRole('region', { name: 'Actes récents' }).locator('.toast').last();
  }

  /** What can be pressed and stands under what was decided last: nothing, ever. */
  async underToasts() {
    return this.page.evaluate(() => {
      const found = new Set();
      for (const toast of document.querySelectorAll('.toast')) {
        const box = toast.getBoundingClientRect();
        for (let x = box.left + 2; x < box.right; x += 6) {
          for (let y = box.top + 2; y < box.bottom; y += 6) {
            for (const node of document.elementsFromPoint(x, y)) {
              const control = node.closest('button, a[href], input, select, textarea');
              if (control && !toast.contains(control)) found.add(control.textContent.trim().slice(0, 40));
            }
          }
        }
      }
      return [...found];
    });
  }

  /** Opens an event on its own page. */
  async event(id) {
    await this.go(`/evenement/${id}`);
    await this.page.locator('[data-statement], main h2, main h3').first().waitFor();
  }

  /** The open card of a divergence; without a key, of any. A line that only names it is no card. */
  divergence(key) {
    const named = key ? `[data-divergence="${key}"]` : '[data-divergence]';
    return this.page.locator(`${named}:not([data-decided])`).filter({ has: this.button(/^Retenir /) });
  }

  /** Waits for an open divergence, wherever it shows, and opens its event. */
  async seeDivergence(within) {
    const row = this.rows().filter({ hasText: /divergence/ }).first();
    const card = this.divergence().first();
    const compare = this.button(/^Comparer/).first();
    await row.or(card).or(compare).first().waitFor({ timeout: within });
    if (!(await card.or(compare).first().isVisible())) await this.event((await row.getAttribute('id')).slice(4));
    await card.or(compare).first().waitFor({ timeout: within });
    if (!(await card.isVisible())) await compare.click();
    await card.waitFor({ timeout: within });
    return {
      key: await card.getAttribute('data-divergence'),
      words: plain(await card.innerText()).split('\n').map(plain).filter(Boolean),
    };
  }

  /** Holds the value of a place, 1 is the first. */
  async choose(key, place) {
    const columns = this.divergence(key).getByRole('listitem');
    await columns.nth(place - 1).getByRole('button', { name: /^Retenir / }).click();
    await this.decided(key);
  }

  /** Holds a value nobody wrote, with its reason. */
  async third(key, value, reason) {
    const form = this.divergence(key).getByRole('form', { name: 'Une autre valeur' });
    await form.getByLabel('Valeur retenue pour le traitement').fill(String(value));
    await this.divergence(key).getByLabel(/^Motif/).fill(reason);
    await form.getByRole('button', { name: 'Retenir cette valeur' }).click();
    await this.decided(key);
  }

  /** The decision stands on screen. */
  decided(key) {
    return this.page.locator(`[data-divergence="${key}"][data-decided]`).waitFor({ timeout: 30_000 });
  }
}
