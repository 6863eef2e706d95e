//! Vocabulary 词汇: every word of the API with what people call it, for clients that show it and cannot introspect.

use async_graphql::SimpleObject;
use tongxin_entity::{Word, vocabularies};
use tongxin_kernel::catalogue::{Capability, RootField};
use tongxin_policies::{Action, Reach, Role};

use crate::people::role;

/// 词汇表 · 某一枚举或政策的全部词 · the words of one sort: of an enum, or of the policies
#[derive(SimpleObject)]
struct Vocabulary {
    /// 名称 · 枚举在接口中的名称，`Role`、`Action`、`Reach` 为政策的词 · the enum's name in the schema; `Role`, `Action` and `Reach` are the words of the policies
    name: String,
    /// 中文名 · 人们对这一类词的称呼 · what people call the sort
    zh: String,
    /// 说明 · 这一类词的含义，以英文说明 · what the words tell, in English
    en: String,
    /// 词 · 按顺序列出的各词 · the words, in their order
    words: Vec<VocabularyWord>,
}

/// 词 · 一个取值及其称呼 · a value with what people call it
#[derive(SimpleObject)]
struct VocabularyWord {
    /// 值 · 读写时所用的写法 · as it is read and written
    code: String,
    /// 中文 · 人们的中文称呼 · what people call it
    zh: String,
    /// 英文 · 英文称呼或含义 · the same in English, or what it means
    en: String,
}

pub fn capability() -> Capability {
    Capability::new().query(vocabulary())
}

fn vocabulary() -> RootField {
    let about = "词汇 · 接口中每个词的名称：岗位、行为、关系、状态、类别 · every word of the API with what people call it: roles, actions, reaches, states, kinds";
    RootField::new::<Vec<Vocabulary>>("vocabulary", "public", about, |_| Box::pin(async { Ok(all()) }))
}

fn all() -> Vec<Vocabulary> {
    let actions =
        Word {
            code: "Action", zh: "行为", en: "what may be asked for: a mutation by its name, or a kind of reading"
        };
    let reaches =
        Word { code: "Reach", zh: "关系", en: "how the organisation of a post stands to what is acted upon" };
    let roles = Role::all().map(|role| (role.as_str(), role.name()));
    let of_policies = [
        (role::ABOUT, roles.collect::<Vec<_>>()),
        (actions, Action::all().map(|action| (action.as_str(), action.name())).collect()),
        (reaches, Reach::ALL.iter().map(|reach| (reach.as_str(), reach.name())).collect()),
    ];
    let of_policies = of_policies.into_iter().map(|(about, words)| {
        let word = |(code, name): (&'static str, tongxin_policies::Name)| Word { code, zh: name.zh, en: name.en };
        vocabulary_of(about, words.into_iter().map(word))
    });
    let enums = vocabularies().into_iter().map(|(about, words)| vocabulary_of(about, words.iter().copied()));
    of_policies.chain(enums).collect()
}

fn vocabulary_of(about: Word, words: impl Iterator<Item = Word>) -> Vocabulary {
    let word = |Word { code, zh, en }| VocabularyWord { code: code.to_owned(), zh: zh.to_owned(), en: en.to_owned() };
    let Word { code, zh, en } = about;
    Vocabulary { name: code.to_owned(), zh: zh.to_owned(), en: en.to_owned(), words: words.map(word).collect() }
}
