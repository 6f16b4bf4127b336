// The links to pages beside the screen. They are followed when the service has just answered: a tablet has no way back
// from a page that could not be loaded.

const ANSWER_WITHIN = 1500;
const NO_ANSWER = '?sans-reponse';

export class Links {
  /**
   * `sender` knows whether the service answers; `go(address)` leaves the page; `url` is cheap to ask; `instead` says
   * what is done here without the service, by the name of the link.
   */
  constructor({ sender, screen, url, instead = {}, go = (address) => location.assign(address) }) {
    Object.assign(this, { sender, screen, url, instead, go });
  }

  /** Go where a link leads, or say that this cannot be now and what to do. */
  async follow(link) {
    const shown = this.screen.details;
    const wasOffline = this.sender.state.isOnline === false;
    // Known to be offline, the screen says so at once, and does not leave when the service is back a moment later.
    if (wasOffline) this.refuse(link.dataset.do);
    await this.sender.reach(this.url, null, ANSWER_WITHIN);
    const { isOnline, isEnrolled } = this.sender.state;
    // A kiosk that was stopped is locked and says so; those pages would ask it to sign in, and never lead back.
    if (wasOffline || !isEnrolled || this.screen.details !== shown) return;
    if (isOnline) this.go(link.href);
    else this.refuse(link.dataset.do);
  }

  refuse(name) {
    if (this.instead[name]) this.instead[name]();
    else this.screen.sendToDesk('offline_page');
  }

  /** This page was shown in place of an answer that never came: say so, and take it out of the address. */
  tellLost(place = location, past = history) {
    if (place.search !== NO_ANSWER) return;
    past.replaceState(null, '', place.pathname);
    this.screen.sendToDesk('no_answer');
  }
}
