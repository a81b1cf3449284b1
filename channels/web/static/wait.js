const DELAYS = [1, 2, 4, 8, 15];

export function growingDelay(failures) {
  return DELAYS[Math.min(failures, DELAYS.length - 1)];
}

// Ends early when the phone finds a network again.
export function pause(seconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    window.addEventListener('online', done);
  });
}

// A limit set by the server holds, whatever the network does.
export function pauseFully(seconds) {
  return new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
}
