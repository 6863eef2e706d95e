//! `tongxin setup`: the first post of a district, which nobody in it could give.

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, builder::NonEmptyStringValueParser};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DatabaseConnection, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, SqlErr, sea_query::Expr,
};
use serde_json::{Value, json};
use tongxin_capabilities::people::invitation::HOURS;
use tongxin_entity::{
    invitation,
    organisation::{self, OrganisationKind},
    party_organisation, person,
    post::{self, PostRole},
    region::{self, RegionLevel},
};
use tongxin_kernel::{
    clock::{Clock, shanghai_day},
    id::new_id,
    input::{clean, folded},
    privacy::Code,
    store,
    who::{Deed, Operator},
};

use super::{
    hint,
    operator::ByWhom,
    place::{self, Place},
};
use crate::{app::StartError, config::Config};

#[derive(Debug, Args)]
pub struct SetupArgs {
    /// The district, by its 6-digit statistical code; its divisions were imported before
    district: String,
    /// The name of the district's secretary
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    secretary: String,
    /// The name of the district's party committee where there is none yet; 中共…委员会 unless given
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    committee: Option<String>,
    /// Make one more secretary where there is one: ends no post, and the audit of the district shows it
    #[arg(long, requires = "reason")]
    again: bool,
    /// Why it is set up again, for the audit
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    reason: Option<String>,
    #[command(flatten)]
    by: ByWhom,
    #[command(flatten)]
    place: Place,
}

pub async fn run(mut args: SetupArgs, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<(), StartError> {
    let config = std::mem::take(&mut args.place).of(load(Config::default())?);
    let operator = args.by.begins("setup", &config)?;
    let db = place::open(&config).await?;
    let code = set_up(&db, &args, &operator, Clock::system().now()).await?;
    hint(&config).await;
    eprintln!(
        "{} is the secretary of {} now. This is the invitation for that person, shown this once and good for \
         {HOURS} hours: whoever signs in and redeems it is that person (mutation redeemInvitation)",
        args.secretary, args.district
    );
    println!("{code}");
    Ok(())
}

/// Makes the post with all that it needs, or nothing; the code of the invitation.
async fn set_up(
    db: &DatabaseConnection,
    args: &SetupArgs,
    operator: &Operator,
    now: DateTime<Utc>,
) -> Result<String, StartError> {
    let tx = store::begin(db, None).await?;
    let district = region::Entity::find().filter(region::Column::Code.eq(&args.district)).one(&tx).await?;
    let district = district.filter(|found| found.level == RegionLevel::District).ok_or_else(|| {
        refused(format!(
            "there is no district {:?}: its code has 6 digits, and `tongxin import divisions FILE` brings the divisions in",
            args.district
        ))
    })?;
    let name = person_name(&args.secretary)?;
    let act = By { tx: &tx, args, operator, at: now, region: &district.code };
    let committee = act.committee(&district.name).await?;
    if !args.again && act.secretaries(&committee).await? > 0 {
        return Err(refused(
            "the district has a secretary, who appoints all others; for one more `--again --reason WHY` (ends no post)"
                .to_owned(),
        ));
    }
    let code = act.secretary(&committee, name).await?;
    tx.commit().await?;
    Ok(code)
}

fn person_name(text: &str) -> Result<String, StartError> {
    let name = clean(text);
    let long = name.chars().count();
    if (1..=100).contains(&long) { Ok(name) } else { Err(refused("a name has 1 to 100 characters".to_owned())) }
}

fn refused(message: String) -> StartError {
    StartError::Refused(message)
}

/// The operator, who acts past the service.
struct By<'a, C> {
    tx: &'a C,
    args: &'a SetupArgs,
    operator: &'a Operator,
    at: DateTime<Utc>,
    region: &'a str,
}

impl<C: ConnectionTrait> By<'_, C> {
    /// The district's party committee, founded where there is none. Of two that found it at once the database lets one.
    async fn committee(&self, district: &str) -> Result<String, StartError> {
        use organisation::Column as O;
        let known = organisation::Entity::find()
            .filter(O::Kind.eq(OrganisationKind::DistrictCommittee))
            .filter(O::RegionCode.eq(self.region))
            .filter(O::DissolvedOn.is_null());
        if let Some(known) = known.one(self.tx).await? {
            // Whoever sets the same district up at once waits here, and then counts.
            organisation::Entity::update_many()
                .col_expr(O::Version, Expr::col(O::Version))
                .filter(O::Id.eq(&known.id))
                .exec(self.tx)
                .await?;
            return Ok(known.id);
        }
        let name = person_name(&self.args.committee.clone().unwrap_or_else(|| format!("中共{district}委员会")))?;
        let id = self.id("party")?;
        let row = organisation::ActiveModel {
            id: Set(id.clone()),
            kind: Set(OrganisationKind::DistrictCommittee),
            name_folded: Set(folded(&name)),
            name: Set(name),
            region_code: Set(self.region.to_owned()),
            superior_id: Set(None),
            dissolved_on: Set(None),
            created_at: Set(self.at),
            version: Set(1),
        };
        organisation::Entity::insert(row).exec_without_returning(self.tx).await.map_err(|error| {
            match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => {
                    refused("the district was being set up by somebody else at the same time: look again".to_owned())
                }
                _ => error.into(),
            }
        })?;
        let party = party_organisation::ActiveModel {
            id: Set(id.clone()),
            unit_id: Set(None),
            founded_on: Set(Some(shanghai_day(self.at))),
        };
        party_organisation::Entity::insert(party).exec_without_returning(self.tx).await?;
        self.audit(&id, json!({"kind": OrganisationKind::DistrictCommittee.as_str()})).await?;
        Ok(id)
    }

    /// How many hold the post now or will.
    async fn secretaries(&self, committee: &str) -> Result<u64, StartError> {
        use post::Column as P;
        let held = post::Entity::find()
            .filter(P::OrganisationId.eq(committee))
            .filter(P::Role.eq(PostRole::DistrictSecretary))
            .filter(P::EndedAt.is_null())
            .filter(P::EndsOn.is_null().or(P::EndsOn.gte(shanghai_day(self.at))));
        Ok(held.count(self.tx).await?)
    }

    /// A person, the post, and the invitation by which the person comes in.
    async fn secretary(&self, committee: &str, name: String) -> Result<String, StartError> {
        let (person_id, post_id, code) = (self.id("person")?, self.id("post")?, Code::random());
        let person = person::ActiveModel {
            id: Set(person_id.clone()),
            name: Set(name),
            account: Set(None),
            registered_code: Set(Some(self.region.to_owned())),
            created_at: Set(self.at),
            version: Set(1),
            ..Default::default()
        };
        person::Entity::insert(person).exec_without_returning(self.tx).await?;
        self.audit(&person_id, json!({"registered": true})).await?;
        let held = post::ActiveModel {
            id: Set(post_id.clone()),
            person_id: Set(person_id.clone()),
            role: Set(PostRole::DistrictSecretary),
            organisation_id: Set(committee.to_owned()),
            starts_on: Set(shanghai_day(self.at)),
            created_at: Set(self.at),
            ..Default::default()
        };
        post::Entity::insert(held).exec_without_returning(self.tx).await?;
        let after = json!({"role": PostRole::DistrictSecretary, "organisationId": committee});
        self.audit(&post_id, after).await?;
        let id = self.id("invitation")?;
        let invitation = invitation::ActiveModel {
            id: Set(id.clone()),
            person_id: Set(person_id),
            code_hash: Set(code.hash()),
            made_by: Set(self.operator.actor()),
            created_at: Set(self.at),
            expires_at: Set(self.at + TimeDelta::hours(HOURS)),
            redeemed_at: Set(None),
            ended_at: Set(None),
        };
        invitation::Entity::insert(invitation).exec_without_returning(self.tx).await?;
        self.audit(&id, json!({"postId": post_id})).await?;
        Ok(code.into_text())
    }

    async fn audit(&self, subject: &str, after: Value) -> Result<(), StartError> {
        let deed = Deed {
            action: "setUp",
            subject,
            region: Some(self.region),
            reason: self.args.reason.as_deref(),
            before: None,
            after: Some(after),
        };
        Ok(self.operator.audit(self.tx, self.at, deed).await?)
    }

    fn id(&self, prefix: &str) -> Result<String, StartError> {
        new_id(prefix, self.at).map_err(|refusal| refused(refusal.to_string()))
    }
}
