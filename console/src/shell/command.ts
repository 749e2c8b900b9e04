// The command that prints a link, as it can be pasted into a shell. Changes when the program's words do.

/** With the placeholder of the directory and a name, quoted whatever is in it. */
export function linkCommand(directory: string, name: string): string {
  return `ronde-server --data ${directory} supervisor link '${name.replaceAll("'", `'\\''`)}'`;
}
