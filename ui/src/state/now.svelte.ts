// The time as it is now, looked at twice a minute, for texts such as "5 min ago".
let current = $state(Date.now());

setInterval(() => {
  current = Date.now();
}, 30_000);

export function now(): number {
  return current;
}
