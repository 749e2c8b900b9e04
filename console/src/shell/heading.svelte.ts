// The title in the bar and in the browser's tab. Each screen sets its own.

let text = $state('');
let number = $state('');

/** What the bar says of the screen. */
export const heading = {
  get text(): string {
    return text;
  },
  /** An official number beside the title; empty for most screens. */
  get number(): string {
    return number;
  },
};

/** Sets the bar's title: from an `$effect` of the screen. */
export function setHeading(title: string, official = ''): void {
  text = title;
  number = official;
  document.title = title ? `${title} · Ronde` : 'Ronde';
}
