-- Texts are folded by all of Unicode's rules: ß is found by ss, İ and ı by i. What was folded before is folded so too, but for
-- rare letters of old Greek, whose texts are folded when they are next changed.
UPDATE users SET email_folded =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(email_folded
       , 'i̇', 'i'), 'ı', 'i'), 'ß', 'ss'), 'ſ', 's'), 'ﬀ', 'ff'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl')
       , 'ﬅ', 'st'), 'ﬆ', 'st'), 'ŉ', 'ʼn'), 'µ', 'μ'), 'ϐ', 'β'), 'ϑ', 'θ'), 'ϕ', 'φ'), 'ϖ', 'π'), 'ϰ', 'κ'), 'ϱ', 'ρ')
       , 'ϵ', 'ε'), 'և', 'եւ')
WHERE email_folded GLOB '*[̇ıßſﬀﬁﬂﬃﬄﬅﬆŉµϐϑϕϖϰϱϵև]*';
UPDATE users SET full_name_folded =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(full_name_folded
       , 'i̇', 'i'), 'ı', 'i'), 'ß', 'ss'), 'ſ', 's'), 'ﬀ', 'ff'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl')
       , 'ﬅ', 'st'), 'ﬆ', 'st'), 'ŉ', 'ʼn'), 'µ', 'μ'), 'ϐ', 'β'), 'ϑ', 'θ'), 'ϕ', 'φ'), 'ϖ', 'π'), 'ϰ', 'κ'), 'ϱ', 'ρ')
       , 'ϵ', 'ε'), 'և', 'եւ')
WHERE full_name_folded GLOB '*[̇ıßſﬀﬁﬂﬃﬄﬅﬆŉµϐϑϕϖϰϱϵև]*';
UPDATE items SET title_folded =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(title_folded
       , 'i̇', 'i'), 'ı', 'i'), 'ß', 'ss'), 'ſ', 's'), 'ﬀ', 'ff'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl')
       , 'ﬅ', 'st'), 'ﬆ', 'st'), 'ŉ', 'ʼn'), 'µ', 'μ'), 'ϐ', 'β'), 'ϑ', 'θ'), 'ϕ', 'φ'), 'ϖ', 'π'), 'ϰ', 'κ'), 'ϱ', 'ρ')
       , 'ϵ', 'ε'), 'և', 'եւ')
WHERE title_folded GLOB '*[̇ıßſﬀﬁﬂﬃﬄﬅﬆŉµϐϑϕϖϰϱϵև]*';
UPDATE items SET description_folded =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(description_folded
       , 'i̇', 'i'), 'ı', 'i'), 'ß', 'ss'), 'ſ', 's'), 'ﬀ', 'ff'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl')
       , 'ﬅ', 'st'), 'ﬆ', 'st'), 'ŉ', 'ʼn'), 'µ', 'μ'), 'ϐ', 'β'), 'ϑ', 'θ'), 'ϕ', 'φ'), 'ϖ', 'π'), 'ϰ', 'κ'), 'ϱ', 'ρ')
       , 'ϵ', 'ε'), 'և', 'եւ')
WHERE description_folded GLOB '*[̇ıßſﬀﬁﬂﬃﬄﬅﬆŉµϐϑϕϖϰϱϵև]*';
UPDATE outbox SET recipient_folded =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(recipient_folded
       , 'i̇', 'i'), 'ı', 'i'), 'ß', 'ss'), 'ſ', 's'), 'ﬀ', 'ff'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl')
       , 'ﬅ', 'st'), 'ﬆ', 'st'), 'ŉ', 'ʼn'), 'µ', 'μ'), 'ϐ', 'β'), 'ϑ', 'θ'), 'ϕ', 'φ'), 'ϖ', 'π'), 'ϰ', 'κ'), 'ϱ', 'ρ')
       , 'ϵ', 'ε'), 'և', 'եւ')
WHERE recipient_folded GLOB '*[̇ıßſﬀﬁﬂﬃﬄﬅﬆŉµϐϑϕϖϰϱϵև]*';
