// Letters between workers, for package crew of the trainer. To a program in
// WebAssembly a JavaScript value costs some 10 µs to be given and collected, and
// a name as much to be looked up; what the program calls here takes numbers
// alone, and copies between its memory and the arrays that are posted.
"use strict";

// grapevineLetters makes the functions of one program, whose memory is what
// memory() gives once it runs.
self.grapevineLetters = (memory) => {
  const keep = 64; // arrays of one length that lie free, at most
  const ports = []; // each with the letters that came, and the one that is open
  const free = new Map(); // arrays that were read, by length

  const bytes = (address, length) => new Uint8Array(memory().buffer, address, length);

  return {
    // listen makes wake be called whenever a letter came through a port, and
    // returns the port's number.
    listen(port, wake) {
      const arrived = [];
      port.onmessage = ({ data }) => {
        arrived.push(data);
        wake();
      };
      return ports.push({ port, arrived, letter: null }) - 1;
    },

    imports: {
      // post sends a letter of size bytes: count pieces of memory, whose addresses
      // and lengths are uint32s at list, one behind the other, each from a multiple
      // of 4 bytes on.
      post(port, list, count, size) {
        const pieces = new Uint32Array(memory().buffer, list, 2 * count);
        const same = free.get(size);
        const array = (same && same.pop()) || new Uint8Array(size);
        let end = 0;
        for (let i = 0; i < pieces.length; i += 2) {
          array.set(bytes(pieces[i], pieces[i + 1]), end);
          end += (pieces[i + 1] + 3) & ~3;
        }
        ports[port].port.postMessage(array, [array.buffer]);
      },

      // open opens the next letter that came through a port, copies its first bytes
      // to an address, as many as there is room for, and returns its size in bytes;
      // -1: none has come.
      open(port, address, room) {
        const { arrived } = ports[port];
        if (arrived.length === 0) {
          return -1;
        }
        const letter = arrived.shift();
        ports[port].letter = letter;
        bytes(address, room).set(letter.length > room ? letter.subarray(0, room) : letter);
        return letter.length;
      },

      // read copies bytes of a port's open letter to an address.
      read(port, offset, address, length) {
        bytes(address, length).set(ports[port].letter.subarray(offset, offset + length));
      },

      // close lets the array of a port's open letter be used again.
      close(port) {
        const { letter } = ports[port];
        const same = free.get(letter.length);
        if (!same) {
          free.set(letter.length, [letter]);
        } else if (same.length < keep) {
          same.push(letter);
        }
      },

      // forget lets all arrays that lie free go: other lengths will be wanted.
      forget() { free.clear(); },
    },
  };
};
