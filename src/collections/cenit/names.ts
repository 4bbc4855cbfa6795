/** Makes a name of this product of one that people wrote: `Twilio | Send SMS` is `twilio-send-sms`. */
export function kebab(name: string, otherwise: string): string {
  const words = name
    .slice(0, 200)
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/->|→/g, " to ")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const whole = /^[a-z]/.test(words) ? words : `${otherwise}-${words}`;
  return whole.slice(0, 60).replace(/-+$/, "");
}

/** Makes a data type's name: `line_item.json` is `LineItem`. */
export function pascal(name: string): string {
  const words = name
    .slice(0, 200)
    .replace(/\.(json|xsd|xml)$/i, "")
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return (/^[A-Z]/.test(words) ? words : `Type${words}`).slice(0, 60);
}

/** Makes the name of a parameter: `twilio_account_sid` is `twilioAccountSid`. */
export function camel(name: string): string {
  const whole = pascal(name.replace(/\.json$/, ""));
  return whole.charAt(0).toLowerCase() + whole.slice(1);
}

/** Gives each name once: a second `send` is `send-2`. */
export function createNames(taken: readonly string[] = []): (name: string) => string {
  const given = new Set(taken);
  return (name) => {
    let free = name;
    for (let number = 2; given.has(free); number++) free = `${name}-${number}`;
    given.add(free);
    return free;
  };
}

/** How two names are compared: case, spaces and endings of files say nothing. */
export function sameName(name: string): string {
  return pascal(name).toLowerCase();
}
