import { expect } from "chai";
import { boundaries } from "../../chaos/boundary.js";
import { openChances } from "../../chaos/chances.js";
import { openDoomDeck, placeOf } from "../../chaos/doom.js";

const places = boundaries.flatMap((boundary) => [`after ${boundary}`, `before ${boundary}`]);

describe("The dooms of chaos", () => {
  it("give every place its turn before any has a second", () => {
    const deck = openDoomDeck(openChances(1, "dooms"), 1_000);
    for (const _round of [1, 2]) expect(places.map(() => placeOf(deck.deal()))).to.have.members(places);
  });

  it("come again when their life ended otherwise", () => {
    const deck = openDoomDeck(openChances(1, "dooms"), 1_000);
    const doom = deck.deal();
    deck.takeBack(doom);
    const others = places.slice(1).map(() => deck.deal());
    expect(others).to.not.include(doom);
    expect(deck.deal()).to.equal(doom);
  });

  it("are the same for the same seed, and others for another", () => {
    const deal = (seed: number) => {
      const deck = openDoomDeck(openChances(seed, "dooms"), 1_000);
      return places.map(() => deck.deal());
    };
    expect(deal(7)).to.deep.equal(deal(7));
    expect(deal(7)).to.not.deep.equal(deal(8));
  });
});
