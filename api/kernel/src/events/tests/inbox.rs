use super::database::{CHANGED, PATIENCE, within};
use crate::events::{Bus, Change, Signal, bus::INBOX};

fn change(item: &str, region: &str) -> Change {
    Change { kind: CHANGED.to_owned(), subject_id: item.to_owned(), region_code: region.to_owned() }
}

#[tokio::test]
async fn a_slow_subscriber_hears_of_every_object_once() {
    let bus = Bus::new();
    let mut slow = bus.subscribe(CHANGED, None);
    for round in 0..3 {
        for item in 0..INBOX {
            bus.publish(&change(&format!("item_{item}"), "120106001002"));
        }
        bus.rights_changed();
        assert_eq!(bus.open(), 1, "round {round}");
    }
    assert_eq!(slow.next().await, Signal::RightsChanged);
    for item in 0..INBOX {
        assert_eq!(slow.next().await, Signal::Changed(format!("item_{item}")));
    }
    bus.publish(&change("item_0", "120106001002"));
    assert_eq!(slow.next().await, Signal::Changed("item_0".to_owned()), "what was taken may change again");
}

#[tokio::test]
async fn who_leaves_too_much_waiting_is_told() {
    let bus = Bus::new();
    let mut stuck = bus.subscribe(CHANGED, None);
    for item in 0..=INBOX {
        bus.publish(&change(&format!("item_{item}"), "120106001002"));
    }
    assert_eq!(stuck.next().await, Signal::Overflowed);
    bus.publish(&change("item_0", "120106001002"));
    assert_eq!(stuck.next().await, Signal::Overflowed, "and hears nothing else");
}

#[tokio::test]
async fn a_place_hears_of_itself_and_what_lies_in_it() {
    let bus = Bus::new();
    let mut street = bus.subscribe(CHANGED, Some("120106001".to_owned()));
    let mut community = bus.subscribe(CHANGED, Some("120106001002".to_owned()));
    bus.publish(&change("item_elsewhere", "120106003002"));
    bus.publish(&change("item_next_door", "120106001004"));
    bus.publish(&change("item_here", "120106001002"));
    bus.publish(&Change { kind: "other".to_owned(), ..change("item_other", "120106001002") });
    bus.publish(&change("item_last", "120106001002"));
    let heard = async |subscription: &mut crate::events::Subscription| {
        within(PATIENCE, "a change", super::database::changed(subscription)).await
    };
    for item in ["item_next_door", "item_here", "item_last"] {
        assert_eq!(heard(&mut street).await, item);
    }
    for item in ["item_here", "item_last"] {
        assert_eq!(heard(&mut community).await, item);
    }
    drop(street);
    assert_eq!(bus.open(), 1);
}
