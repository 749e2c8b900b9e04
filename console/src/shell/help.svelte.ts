// Whether the list of keys is open, over any screen.

let open = $state(false);

/** The list of keys. */
export const help = {
  get open(): boolean {
    return open;
  },
  show(): void {
    open = true;
  },
  hide(): void {
    open = false;
  },
};
