import { request } from "undici";

/** A person with a right password, who uses the console from this machine and signs in again while others attack. */
export interface Person {
  readonly name: string;
  /** Tries to sign in now and then until `stop`; `told` says what came of it. */
  start(): { readonly told: () => string; readonly stop: () => Promise<void> };
}

const NAME = "ann";
const PASSWORD = "a long password of the bench";
const EVERY_MS = 2_000;

/** Makes the person and signs in once, so that the server knows where this person sits. */
export async function openPerson(origin: string, key: string): Promise<Person> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<number> => {
    const answer = await request(`${origin}/api/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    await answer.body.dump();
    return answer.statusCode;
  };
  const signIn = (): Promise<number> => post("sign-in", { name: NAME, password: PASSWORD });
  const made = await post(
    "users",
    { name: NAME, role: "operator", password: PASSWORD },
    { authorization: `Bearer ${key}` },
  );
  if (made !== 201 || (await signIn()) !== 200) throw new Error("the person of the bench cannot sign in");
  return {
    name: NAME,
    start() {
      const waits: number[] = [];
      let refused = 0;
      let under: Promise<void> = Promise.resolve();
      const once = async (): Promise<void> => {
        const beganAt = performance.now();
        const status = await signIn().catch(() => 0);
        if (status === 200) waits.push(performance.now() - beganAt);
        else refused += 1;
      };
      const timer = setInterval(() => {
        under = under.then(once);
      }, EVERY_MS);
      return {
        told: () => {
          const slowest = waits.length === 0 ? "" : ` within ${(Math.max(...waits) / 1_000).toFixed(1)} s`;
          return `let in ${waits.length} times${slowest}${refused === 0 ? "" : `, refused ${refused} times`}`;
        },
        stop: async () => {
          clearInterval(timer);
          await under;
        },
      };
    },
  };
}
