// Keeps finished runs on this device, in IndexedDB: a trace as gzip, and a
// small record of it that is listed without unpacking. Orders are carried out
// one after another; each is answered with the records as they are then.
"use strict";

window.grapevineShelf = (() => {
  const name = `grapevine shelf ${new URL(".", location.href).pathname}`;
  let database; // a promise of it
  let removed; // the run deleted last: it can be put back
  let queue = Promise.resolve();

  // settled makes a promise of a request.
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function open() {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("records", { keyPath: "digest" });
      request.result.createObjectStore("traces");
    };
    return settled(request);
  }

  // within gives both stores to work, and is over when what was done is kept.
  async function within(mode, work) {
    database ??= open();
    const transaction = (await database).transaction(["records", "traces"], mode);
    const over = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was given up"));
    });
    const [result] = await Promise.all([work(transaction.objectStore("records"), transaction.objectStore("traces")), over]);
    return result;
  }

  const through = (blob, stream) => new Response(blob.stream().pipeThrough(stream));

  const orders = {
    list() {},
    async put({ record }, text) {
      const trace = await through(new Blob([text]), new CompressionStream("gzip")).blob();
      await within("readwrite", async (records, traces) => {
        if (await settled(records.count(record.digest)) === 0) {
          await settled(records.put({ ...record, kept: Date.now(), bytes: trace.size }));
          await settled(traces.put(trace, record.digest));
        }
      });
    },
    alter: ({ record }) => within("readwrite", (records) => settled(records.put(record))),
    remove: ({ digest, undo }) => within("readwrite", async (records, traces) => {
      if (undo) {
        removed = { record: await settled(records.get(digest)), trace: await settled(traces.get(digest)) };
      }
      await settled(records.delete(digest));
      await settled(traces.delete(digest));
    }),
    restore: () => removed?.record && within("readwrite", async (records, traces) => {
      await settled(records.put(removed.record));
      await settled(traces.put(removed.trace, removed.record.digest));
    }),
    async get({ digest }) {
      const trace = await within("readonly", (_, traces) => settled(traces.get(digest)));
      if (!trace) {
        throw new DOMException("another tab deleted it", "NotFoundError");
      }
      return through(trace, new DecompressionStream("gzip")).text();
    },
    async save(order) {
      window.grapevineFiles.save(`grapevine-${order.digest.slice(0, 12)}.json`, "application/json", await orders.get(order));
    },
  };

  async function carryOut(order, text, tell) {
    const answer = { ...order };
    let found = "";
    try {
      found = await orders[order.do](order, text) ?? "";
      answer.records = await within("readonly", (records) => settled(records.getAll()));
    } catch (error) {
      answer.problem = error?.name ?? "Error"; // a DOMException's name says which
      database = undefined; // the next order tries anew
    }
    tell(JSON.stringify(answer), typeof found === "string" ? found : "");
  }

  return (order, text, tell) => {
    queue = queue.then(() => carryOut(JSON.parse(order), text, tell));
  };
})();
