# 录入纸质问卷：录入员的页面。称呼用“您”。英文在 en/paper.ftl，键名相同。

menu-paper = 录入问卷
menu-paper-text = 按答卷码录入纸质问卷，每份由两个人各录一遍
paper-no-survey = 没有这个调查，或者它在您的单位没有发放链接。
paper-none = 现在没有要录入的调查。调查开放、您的单位有了链接以后，会出现在这里。
paper-first = 今天第一遍
paper-second = 今天第二遍
paper-differences = 今天核对的差异
paper-for-you = 等您录第二遍
paper-for-others = 等同事录第二遍
paper-go = 录入

paper-enter = 录入纸质问卷
paper-not-open-now = 这次调查现在没有开放，不能录入。
paper-today = 今天您录了：第一遍 { $first } 份，第二遍 { $second } 份，核对差异 { $differences } 处，不参加 { $refusals } 份。
paper-waits = 等您录第二遍 { $theirs } 份，等同事录第二遍 { $mine } 份。
paper-code = 答卷码
paper-code-help = 印在纸上的 20 个字母和数字，大小写、有没有横线都可以；也可以用扫码枪。
paper-who = 谁填的
paper-self = 本人
paper-family = 家人帮忙
paper-staff = 工作人员帮忙
paper-guardian = 监护人代答
paper-refusal = 本人不参加
paper-blank = 没有填
paper-keys = 怎么用键盘录
paper-keys-text = 输满答卷码，自动到下一行。每行按一个键，就是选项前面的字母或数字；可以不答的题没有填，按 0 或空格。按错了：退格键或 ↑ 回到上一行，重按一次。全部录完按回车保存，光标回到答卷码。按 Esc 也回到答卷码。
paper-position = 第 { $no } 题，共 { $total } 题
paper-ready = 录完了，按回车保存
paper-save = 保存
paper-clear = 清空重录
paper-no-key = 没有这个键的选项，请按选项前面的字母或数字。
paper-incomplete = 还有没录的，光标已经移过去。
paper-away = 您的登录已经结束，录的内容还在这一页。请在新的标签页里登录，再回到这里按回车保存。
paper-other = 现在登录的是另一个账号。请用原来的账号登录，再回到这里按回车保存。
paper-offline = 网络断开了，录的内容还在这一页。联网以后再按一次回车。
paper-trouble = 服务器现在有点忙，录的内容还在这一页。请过一会儿再按一次回车。

paper-missing = 还没有录。
paper-wrong = 没有这个选项，请重新录。
paper-refusal-answers = 选了“本人不参加”，又录了答案。请看一看纸上：不参加就清空重录，只选“本人不参加”。
paper-no-code = 答卷码不对：应当是 20 个字母和数字。请对照纸上再看一遍。
paper-unknown = 没有找到这个答卷码：可能抄错了一个字，不属于您的单位或这次调查，或者已经换成新的。请对照纸上再看一遍。
paper-slow = 连续几个答卷码都不对。请等 { $seconds } 秒，对照纸上再看一遍。
paper-answered = 这个答卷码已经有答卷了：手机上已经提交，或者纸质问卷已经录完两遍。先到的算数，请把这张纸放到一边。
paper-declined = 这位服务对象已经选择不参加，不能再录。请把这张纸放到一边。
paper-revoked = 这个答卷码已经收回，不能再录。请把这张纸放到一边。
paper-closed = 这次调查已经结束，不能再录。
paper-not-open = 这次调查还没有开放，不能录入。
paper-own = 这份您已经录过一遍，内容一样。第二遍要由另一位同事来录。

paper-done-first = 第一遍已保存，等同事录第二遍。
paper-done-second = 两遍一致，已记录。
paper-done-settled = 差异已核对，已记录。
paper-done-replaced = 已改成这一次录的内容，等同事录第二遍。
paper-done-refused = 已登记：本人不参加。

paper-differ = 两遍不一样，请核对
paper-differ-text = 有 { $count } 处和第一遍录的不一样。请再看一看纸上写的，每处按一个键。
paper-first-yours = 第一遍：{ $first }；您录的：{ $yours }
paper-settle = 按纸上的保存
paper-replace = 您录过这一份
paper-replace-text = 这份您已经录过一遍，有 { $count } 处和这一次不一样。可以改成这一次录的；第二遍要由另一位同事来录。
paper-before-now = 上一次：{ $first }；这一次：{ $yours }
paper-replace-do = 改成这一次录的
paper-refusal-text = 这个答卷码有一份录了答案的问卷，正在等第二遍。请再看一看纸上：确实写明不参加，才按下面的按钮，录过的那一份会删除。
paper-refusal-do = 登记为不参加
paper-put-aside = 先放一边，不保存

act-paper-first = 录入纸质问卷（第一遍，按天计）
act-paper-second = 录入纸质问卷（第二遍，按天计）
act-paper-differences = 核对纸质问卷的差异（按天计）
act-paper-refusals = 登记纸质问卷不参加（按天计）

paper-forms = 纸质问卷
paper-forms-text = 录过一遍、等另一位录入员录第二遍的问卷。录完第二遍，等待的这一份就删除；调查关闭时还在等的，也会删除。
paper-forms-waiting = 等第二遍
close-paper = 有 { $count } 份纸质问卷只录了一遍，关闭后会删除，不计入结果。
