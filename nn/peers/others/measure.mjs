// The JavaScript contestants' end of the protocol that nn/peers/main.go describes.
import readline from "node:readline";

// measure returns the nanoseconds that f takes, over at least 25 ms.
export function measure(f) {
  f();
  for (let n = 1; ; n *= 2) {
    const start = performance.now();
    for (let i = 0; i < n; i++) f();
    const took = performance.now() - start;
    if (took >= 25) return (took * 1e6) / n;
  }
}

// measured is measure over what make returns for the sizes; it is made once.
export function measured(make) {
  const made = new Map();
  return (...sizes) => {
    const key = sizes.join(" ");
    if (!made.has(key)) made.set(key, make(...sizes));
    return measure(made.get(key));
  };
}

// serve answers each line of standard input with a line.
export async function serve(answers) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [name, ...sizes] = line.split(" ");
    console.log(String(answers[name](...sizes.map(Number))));
  }
}
