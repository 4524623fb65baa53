//! An agent takes what is offered, or leaves it to others. Judged at the instant of asking: an answer
//! after the offer's end is refused, and never makes a second owner (peer-F16).

use crate::domain::{Metric, OfferId};

use super::super::event::{Event, OfferEnd};
use super::super::promise;
use super::super::queueing;
use super::super::recorder::Recorder;
use super::super::rejection::Rejection;
use super::signed_in_agent;

pub(super) fn accept(recorder: &mut Recorder<'_>, id: OfferId) -> Result<(), Rejection> {
    let end = pending(recorder, id)?;
    let asked_at = recorder.asked_at();
    promise::settle(recorder, end.conversation, asked_at);
    recorder.record(Event::OfferAccepted(end));
    promise::stop(recorder, end.conversation, Metric::Assign, asked_at);
    Ok(())
}

pub(super) fn decline(recorder: &mut Recorder<'_>, id: OfferId) -> Result<(), Rejection> {
    let end = pending(recorder, id)?;
    let directed = recorder.state.offer(id).is_some_and(|offer| offer.directed);
    let cooled_at = recorder.now().after(recorder.rules.policy.site.cooldown);
    recorder.record(Event::OfferDeclined { end, cooled_at });
    queueing::after_offer(recorder, end.interaction, directed);
    Ok(())
}

/// The offer, when it stands and was made to who asks. What lapsed before the asking lapses first.
fn pending(recorder: &mut Recorder<'_>, id: OfferId) -> Result<OfferEnd, Rejection> {
    let agent = signed_in_agent(recorder)?;
    let Some(offer) = recorder.state.offer(id) else {
        let was_made = (1..recorder.state.next.offer).contains(&id.0);
        return Err(if was_made { Rejection::OfferEnded(id) } else { Rejection::UnknownOffer(id) });
    };
    if offer.agent != agent {
        return Err(Rejection::OfferNotYours(id));
    }
    let end = queueing::end_of(id, offer);
    if offer.expires_at < recorder.asked_at() {
        recorder.aside(|recorder| queueing::expire(recorder, id));
        return Err(Rejection::OfferEnded(id));
    }
    Ok(end)
}
